//! Where each request goes: to the part that does the work, on the lane that says what overtakes
//! what.

use std::sync::Arc;

use super::event::Event;
use super::lanes::Lane;
use super::request::Request;
use super::session::Session;
use super::{Shared, accounts, changes, downloads, intake, library, preferences, profiles};

/// Starts the work that a request asks for. Those about the open profile are dropped when none is
/// open: they were asked by a view that is about to disappear.
pub(super) fn dispatch(shared: &Arc<Shared>, request: Request) {
    let lanes = Arc::clone(&shared.lanes);
    let owned = Arc::clone(shared);
    match request {
        Request::Connect(account) => lanes.latest(Lane::Session, profiles::connect(owned, account)),
        Request::OpenLibrary {
            folder,
            with_samples,
        } => {
            lanes.latest(
                Lane::Session,
                profiles::open_library(owned, folder, with_samples),
            );
        }
        Request::OpenProfile(id) => lanes.latest(Lane::Session, profiles::open(owned, id)),
        Request::CloseProfile => {
            lanes.latest(Lane::Session, async move { profiles::close(&owned).await });
        }
        Request::RenameProfile(id, name) => drop(lanes.run(profiles::rename(owned, id, name))),
        Request::RemoveProfile(id) => drop(lanes.run(profiles::remove(owned, id))),
        Request::SavePreferences(preferences) => {
            drop(lanes.run(preferences::save(owned, *preferences)));
        }
        about_session => {
            if let Some(session) = shared.session() {
                dispatch_session(shared, session, about_session);
            }
        }
    }
}

#[expect(
    clippy::too_many_lines,
    reason = "one short arm for each request reads best in one place"
)]
fn dispatch_session(shared: &Arc<Shared>, session: Arc<Session>, request: Request) {
    let (lanes, events) = (&shared.lanes, shared.events.clone());
    match request {
        Request::Stats => drop(lanes.run(accounts::stats(session, events))),
        Request::Page(page) => lanes.latest(Lane::Listing, async move {
            let generation = page.generation;
            let event = match session.listing().page(session.client(), &page).await {
                Ok(answer) => {
                    if let Some(image) = answer.images.first() {
                        session.learn_from(image);
                    }
                    Event::Page(Box::new(answer))
                }
                Err(problem) => Event::PageFailed {
                    generation,
                    problem,
                },
            };
            events.send(event).await;
        }),
        Request::KnowAll(generation) => lanes.latest(Lane::Walk, async move {
            loop {
                match session.listing().step(session.client()).await {
                    Ok((known, complete)) => {
                        events.send(Event::Listed { known, complete }).await;
                        if complete {
                            return;
                        }
                    }
                    Err(problem) => {
                        return events
                            .send(Event::PageFailed {
                                generation,
                                problem,
                            })
                            .await;
                    }
                }
            }
        }),
        Request::StopListing => lanes.stop(Lane::Walk),
        Request::Thumbnails(wishes) => session.thumbnails().replace(wishes),
        Request::Inspect(id) => {
            lanes.latest(Lane::Inspector, changes::inspect(session, events, id));
        }
        Request::EditImages(edits) => drop(lanes.run(changes::edit(session, events, edits))),
        Request::DeleteImages(ids) => drop(lanes.run(changes::delete(session, events, ids))),
        Request::Download {
            images,
            what,
            folder,
        } => {
            lanes.latest(
                Lane::Download,
                downloads::download(session, events, images, what, folder),
            );
        }
        Request::StopDownload => lanes.stop(Lane::Download),
        Request::SignUrls {
            images,
            variant,
            key,
            life,
        } => {
            drop(lanes.run(accounts::sign_urls(
                session, events, images, variant, key, life,
            )));
        }
        Request::Upload { inputs, spec } => {
            let staging = shared.dirs.staging();
            drop(lanes.run(intake::take_in(session, events, staging, inputs, *spec)));
        }
        Request::Uploads(command) => drop(lanes.run(async move {
            if let Err(problem) = session.uploads().command(&session, command).await {
                events.send(Event::Failed(problem)).await;
            }
        })),
        Request::Variants => lanes.latest(Lane::Variants, accounts::variants(session, events)),
        Request::CreateVariant(variant) => {
            drop(lanes.run(accounts::save_variant(session, events, variant, true)));
        }
        Request::SaveVariant(variant) => {
            drop(lanes.run(accounts::save_variant(session, events, variant, false)));
        }
        Request::DeleteVariant(id) => {
            drop(lanes.run(accounts::delete_variant(session, events, id)));
        }
        Request::SetFlexible(on) => drop(lanes.run(accounts::set_flexible(session, events, on))),
        Request::CreateLink { spec, life, note } => {
            drop(lanes.run(accounts::create_link(session, events, *spec, life, note)));
        }
        Request::AddSamples => shared.session_work(profiles::add_samples(session, events)),
        Request::Links => lanes.latest(Lane::Links, accounts::links(session, events)),
        Request::RemoveLink(id) => drop(lanes.run(accounts::remove_link(session, events, id))),
        Request::Keys => lanes.latest(Lane::Keys, accounts::keys(session, events)),
        Request::CreateKey(name) => drop(lanes.run(accounts::create_key(session, events, name))),
        Request::DeleteKey(name) => drop(lanes.run(accounts::delete_key(session, events, name))),
        Request::Library => lanes.latest(Lane::Library, library::info(session, events)),
        Request::SetFaults(faults) => {
            let faults = faults.map(|faults| *faults);
            drop(lanes.run(library::set_faults(session, events, faults)));
        }
        Request::WatchTraffic { after } => {
            lanes.latest(Lane::Traffic, library::watch(session, events, after));
        }
        Request::StopTraffic => lanes.stop(Lane::Traffic),
        Request::Connect(_)
        | Request::OpenLibrary { .. }
        | Request::OpenProfile(_)
        | Request::CloseProfile
        | Request::RenameProfile(..)
        | Request::RemoveProfile(_)
        | Request::SavePreferences(_) => {}
    }
}
