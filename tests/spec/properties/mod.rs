//! What holds for every input, tried on many that nobody thought of.
//!
//! A failure prints the smallest input that was found and keeps it below
//! `tests/proptest-regressions`, where it is tried first from then on. Those files belong into the
//! repository. `PROPTEST_CASES=10000` looks longer.

mod ids;
mod metadata;
mod multipart;
mod options;
mod signatures;

use std::future::Future;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::service::Service;

/// A service, and the thread on which it is asked one input after the other.
struct Bench {
    runtime: tokio::runtime::Runtime,
    service: Service,
}

impl Bench {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let service = runtime.block_on(Service::start());
        Self { runtime, service }
    }

    /// Tries `cases` inputs, or as many as `PROPTEST_CASES` says.
    #[track_caller]
    fn check<S, F>(
        &self,
        source: &'static str,
        cases: u32,
        inputs: &S,
        try_one: impl Fn(S::Value) -> F,
    ) where
        S: Strategy,
        F: Future<Output = Result<(), TestCaseError>>,
    {
        let mut config = Config::with_source_file(source);
        if std::env::var_os("PROPTEST_CASES").is_none() {
            config.cases = cases;
        }
        // An input takes milliseconds here, so that making a failing one small has to end some time.
        config.max_shrink_iters = 400;
        let mut runner = TestRunner::new(config);
        let outcome = runner.run(inputs, |input| self.runtime.block_on(try_one(input)));
        if let Err(failure) = outcome {
            panic!("{failure}");
        }
    }
}
