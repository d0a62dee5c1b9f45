//! `Cx`: what each view is given.

use crate::app::{Action, Drafts, State};
use crate::engine::Handle;

use super::Views;
use super::textures::Textures;

/// What each view is given: the state to show, the drafts to edit in place, and a way to say what
/// the person did.
pub struct Cx<'a> {
    /// What is shown.
    pub state: &'a State,
    /// What is being typed.
    pub drafts: &'a mut Drafts,
    /// The thumbnails that can be drawn.
    pub textures: &'a mut Textures,
    /// For work that belongs to the view.
    pub engine: &'a Handle,
    /// What views remember that nobody else needs.
    pub views: &'a mut Views,
    pub(super) actions: &'a mut Vec<Action>,
}

impl Cx<'_> {
    /// The person did this.
    pub fn emit(&mut self, action: Action) {
        self.actions.push(action);
    }
}
