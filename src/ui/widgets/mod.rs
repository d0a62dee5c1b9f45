//! Widgets: the small parts that every view is built from.
//!
//! Most are builders that end in `ui.add(…)` (or `ui.add_enabled(…)`); what holds other widgets
//! is a function ending in `_ui` that takes a closure; what only draws starts with `paint_`.
//! Each has an accessible name and role, a focus ring for the keyboard, and looks for hovered,
//! pressed and disabled. Icons are painted, never part of a name, and an icon alone
//! ([`IconButton`]) cannot be made without one.

mod button;
mod card;
mod chip;
mod dialog;
mod dropdown;
mod field;
mod focus;
pub mod icons;
mod label;
mod menu;
mod nav;
mod number;
mod paint;
mod progress;
mod segmented;
mod surface;
mod table;
mod toast;
mod toggle;
mod zone;

pub use button::{Button, IconButton};
pub use card::{CardLook, paint_card, paint_card_marks, paint_skeleton};
pub use chip::{Chip, ChipResponse, CountBadge, Tone, paint_badge, status_ui};
pub use dialog::{Dialog, DialogResponse, dialog_buttons_ui};
pub use dropdown::Dropdown;
pub use field::TextField;
pub use focus::{focus_once, paint_focus};
pub use icons::Icon;
pub use label::{Elided, KeyCap};
pub use menu::{MenuItem, menu_separator_ui};
pub use nav::{NavItem, PageButton};
pub use number::NumberField;
pub use paint::{elided_galley, paint_checkerboard, paint_dashed_rect, paint_galley_in};
pub use progress::{Meter, ProgressBar, spinner_ui};
pub use segmented::Segmented;
pub use surface::{
    card_ui, field_frame, key_value_ui, panel_frame, problem_frame, section_ui, separator_ui,
};
pub use table::{Column, Columns, header_ui, row_ui};
pub use toast::{Toast, ToastResponse};
pub use toggle::{Toggle, toggle_row_ui};
pub use zone::{DropZone, EmptyState};
