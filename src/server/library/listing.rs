//! Lists: by page number or by place, in both orders, with filters.
//!
//! A place is a row's time and id, so rows that come and go never shift the next page, and the
//! millionth row is found as fast as the first.

use std::fmt::Write as _;

use rusqlite::Connection;
use rusqlite::types::Value;

use super::records::{Record, columns, record_from_row};
use crate::model::SortOrder;

/// Which images are wanted. All filters must hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filters {
    pub(crate) creator: Option<CreatorFilter>,
    pub(crate) conditions: Vec<Condition>,
}

/// Whose images are wanted.
#[derive(Clone, Debug)]
pub(crate) enum CreatorFilter {
    /// Those of nobody.
    None,
    /// Those of this one.
    Is(String),
}

/// A field of the metadata, and what is asked of it.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    /// The names from the outside in; each holds letters, digits and `_` only.
    pub(crate) field: Vec<String>,
    pub(crate) comparison: Comparison,
}

/// What is asked of a field.
#[derive(Clone, Debug)]
pub(crate) enum Comparison {
    /// A text, or a number or boolean that is written so.
    AsWritten(Vec<String>),
    /// One of these texts.
    Text(Vec<String>),
    /// One of these numbers.
    Number(Vec<f64>),
    /// This boolean.
    Boolean(bool),
    /// A number in this relation: `<`, `<=`, `>` or `>=`.
    Ordered(&'static str, f64),
}

/// Which part of the list is wanted.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) order: SortOrder,
    pub(crate) rows: u32,
    pub(crate) start: Start,
}

/// Where a page begins.
#[derive(Clone, Debug)]
pub(crate) enum Start {
    /// After so many rows.
    Row(u64),
    /// After the row at this place.
    After(Place),
}

/// Where a row stands in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) uploaded_ms: i64,
    pub(crate) id: String,
}

impl Page {
    /// The rows of the page, and the place to go on from when there are more.
    pub(crate) fn load(
        &self,
        connection: &Connection,
        filters: &Filters,
    ) -> rusqlite::Result<(Vec<Record>, Option<Place>)> {
        let mut query = Sql::default();
        query.push_filters(filters);
        let (comparison, direction) = match self.order {
            SortOrder::Newest => ("<", "DESC"),
            SortOrder::Oldest => (">", "ASC"),
        };
        let mut offset = 0;
        match &self.start {
            Start::Row(row) => offset = i64::try_from(*row).unwrap_or(i64::MAX),
            Start::After(place) => {
                let time = query.bind(place.uploaded_ms.into());
                let id = query.bind(place.id.clone().into());
                query.and(&format!("(uploaded_ms, id) {comparison} ({time}, {id})"));
            }
        }
        // One row more than asked tells whether there is a next page.
        let limit = query.bind((i64::from(self.rows) + 1).into());
        let offset = query.bind(offset.into());
        let order = format!("ORDER BY uploaded_ms {direction}, id {direction}");
        // The inner query runs on the index alone, so that skipping rows reads none of them.
        let sql = format!(
            "SELECT {columns} FROM images WHERE rowid IN (
                SELECT rowid FROM images WHERE content_hash IS NOT NULL{filters}
                {order} LIMIT {limit} OFFSET {offset})
            {order}",
            columns = columns(),
            filters = query.conditions,
        );
        let mut records: Vec<Record> = connection
            .prepare_cached(&sql)?
            .query_map(rusqlite::params_from_iter(query.values), record_from_row)?
            .collect::<rusqlite::Result<_>>()?;
        let has_more = records.len() > self.rows as usize;
        records.truncate(self.rows as usize);
        let next = records.last().filter(|_| has_more).map(|last| Place {
            uploaded_ms: last.image.uploaded.as_millisecond(),
            id: last.image.id.as_str().to_owned(),
        });
        Ok((records, next))
    }
}

/// Conditions and the values they are about.
#[derive(Default)]
struct Sql {
    conditions: String,
    values: Vec<Value>,
}

impl Sql {
    fn bind(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("?{}", self.values.len())
    }

    fn bind_all(&mut self, values: impl IntoIterator<Item = Value>) -> String {
        let names: Vec<String> = values.into_iter().map(|value| self.bind(value)).collect();
        names.join(", ")
    }

    fn and(&mut self, condition: &str) {
        write!(self.conditions, " AND ({condition})").expect("a String takes everything");
    }

    fn push_filters(&mut self, filters: &Filters) {
        match &filters.creator {
            None => {}
            Some(CreatorFilter::None) => self.and("creator IS NULL"),
            Some(CreatorFilter::Is(creator)) => {
                let creator = self.bind(creator.clone().into());
                self.and(&format!("creator = {creator}"));
            }
        }
        for condition in &filters.conditions {
            self.push_condition(condition);
        }
    }

    fn push_condition(&mut self, condition: &Condition) {
        let mut path = "$".to_owned();
        for name in &condition.field {
            write!(path, ".\"{name}\"").expect("a String takes everything");
        }
        let path = self.bind(path.into());
        let kind = format!("json_type(metadata, {path})");
        let value = format!("json_extract(metadata, {path})");
        let condition = match &condition.comparison {
            Comparison::AsWritten(texts) => {
                let texts = self.bind_all(texts.iter().cloned().map(Value::from));
                format!(
                    "({kind} = 'text' AND {value} IN ({texts})) OR
                     ({kind} IN ('integer', 'real', 'true', 'false')
                        AND metadata -> {path} IN ({texts}))"
                )
            }
            Comparison::Text(texts) => {
                let texts = self.bind_all(texts.iter().cloned().map(Value::from));
                format!("{kind} = 'text' AND {value} IN ({texts})")
            }
            Comparison::Number(numbers) => {
                let numbers = self.bind_all(numbers.iter().copied().map(Value::from));
                format!("{kind} IN ('integer', 'real') AND {value} IN ({numbers})")
            }
            Comparison::Boolean(wanted) => format!("{kind} = '{wanted}'"),
            Comparison::Ordered(relation, number) => {
                let number = self.bind((*number).into());
                format!("{kind} IN ('integer', 'real') AND {value} {relation} {number}")
            }
        };
        self.and(&condition);
    }
}
