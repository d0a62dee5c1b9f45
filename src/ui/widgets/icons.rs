//! The icons of the product, named by what they mean here.

use egui::{Align2, Color32, Painter, Pos2, Rect, Vec2, emath::GuiRounding as _};
use lucide_icons::Icon as Lucide;

use super::button::IconButton;
use crate::ui::theme::icon_font;

/// A picture from the icon font. It is painted, so that no screen reader ever reads its glyph.
#[derive(Clone, Copy, Debug)]
pub struct Icon(Lucide);

impl Icon {
    /// The character in the icon font.
    #[must_use]
    pub fn glyph(self) -> char {
        self.0.unicode()
    }

    /// A button that shows only this icon; `name` is what it is called and its tooltip.
    pub fn button(self, name: impl Into<String>) -> IconButton {
        IconButton::new(self, name)
    }

    /// Draws the icon into a square of `size` points around `center`.
    #[expect(
        clippy::must_use_candidate,
        reason = "painting is the effect; the place is a bonus"
    )]
    pub fn paint(self, painter: &Painter, center: Pos2, size: f32, color: Color32) -> Rect {
        let square = Rect::from_center_size(center, Vec2::splat(size));
        let square = square.round_to_pixels(painter.pixels_per_point());
        painter.text(
            square.center(),
            Align2::CENTER_CENTER,
            self.glyph(),
            icon_font(size),
            color,
        );
        square
    }

    /// Shows the icon as part of a layout; it has no name of its own.
    pub fn show_ui(self, ui: &mut egui::Ui, size: f32, color: Color32) -> egui::Response {
        let (rect, response) = ui.allocate_exact_size(Vec2::splat(size), egui::Sense::hover());
        self.paint(ui.painter(), rect.center(), size, color);
        response
    }
}

macro_rules! icons {
    ($($name:ident = $lucide:ident, $meaning:literal;)+) => {
        $(#[doc = $meaning] pub const $name: Icon = Icon(Lucide::$lucide);)+

        #[cfg(test)]
        const ALL: &[(&str, Icon)] = &[$((stringify!($name), $name),)+];
    };
}

icons! {
    IMAGES = Image, "The images of a profile.";
    UPLOAD = Upload, "Uploading.";
    VARIANTS = Layers, "Variants.";
    LINK = Link, "Links, URLs.";
    KEY = Key, "Signing keys.";
    SETTINGS = Settings, "Settings.";
    SEARCH = Search, "Search, and a saved search.";
    SORT = ArrowDownWideNarrow, "The order of a list.";
    GRID = LayoutGrid, "Show as a grid.";
    LIST = List, "Show as a list.";
    COPY = Copy, "Copy to the clipboard.";
    CLOSE = X, "Close, remove, cancel.";
    CHECK = Check, "Chosen, done.";
    CHEVRON_DOWN = ChevronDown, "Opens a list.";
    CHEVRON_UP = ChevronUp, "Closes a list.";
    CHEVRON_LEFT = ChevronLeft, "Back.";
    CHEVRON_RIGHT = ChevronRight, "Forward.";
    PREVIOUS = ChevronLeft, "The page or image before.";
    NEXT = ChevronRight, "The page or image after.";
    LOCK = Lock, "Needs a signed URL.";
    UNLOCK = LockOpen, "Open to everybody.";
    TRASH = Trash, "Delete.";
    DOWNLOAD = Download, "Save to this computer.";
    PLUS = Plus, "Add.";
    MINUS = Minus, "Take away.";
    DATABASE = Database, "A local library.";
    CLOUD = Cloud, "A Cloudflare account; the product.";
    OFFLINE = CloudOff, "No connection.";
    PAUSE = Pause, "Pause.";
    PLAY = Play, "Go on.";
    RETRY = RotateCcw, "Try again.";
    REFRESH = RefreshCw, "Ask the server again.";
    WARNING = TriangleAlert, "Something needs a person.";
    ERROR = CircleAlert, "Something failed.";
    SUCCESS = CircleCheck, "Something worked.";
    INFO = Info, "Something to know.";
    HELP = CircleQuestionMark, "Help.";
    FOLDER = Folder, "A folder.";
    FOLDER_OPEN = FolderOpen, "Show in the file manager.";
    FILE = File, "A file.";
    FILE_IMAGE = FileImage, "A picture file.";
    NO_IMAGE = ImageOff, "A picture that cannot be shown.";
    EYE = Eye, "Show a secret; look.";
    EYE_OFF = EyeOff, "Hide a secret.";
    EXTERNAL = ExternalLink, "Opens outside the program.";
    EDIT = Pencil, "Edit.";
    MORE = Ellipsis, "More actions.";
    ZOOM_IN = ZoomIn, "Larger.";
    ZOOM_OUT = ZoomOut, "Smaller.";
    FIT = Maximize, "Fit into the window.";
    EXPAND = Expand, "Full size.";
    USER = User, "A person; the creator.";
    CLIPBOARD = Clipboard, "The clipboard.";
    PASTE = ClipboardPaste, "Paste.";
    UNDO = Undo2, "Undo.";
    REDO = Redo2, "Redo.";
    MOON = Moon, "The dark theme.";
    SUN = Sun, "The light theme.";
    MONITOR = Monitor, "This computer; the system theme.";
    DISK = HardDrive, "Disk space.";
    HISTORY = History, "What was done.";
    CLOCK = Clock, "Waiting; a time.";
    CALENDAR = Calendar, "A date.";
    KEYBOARD = Keyboard, "Shortcuts.";
    COMMAND = Command, "The command palette.";
    FILTER = ListFilter, "Narrow a list.";
    BOOKMARK = Bookmark, "Save a search.";
    TAG = Tag, "Metadata.";
    SLIDERS = SlidersHorizontal, "Options.";
    ACTIVITY = Activity, "Diagnostics.";
    TERMINAL = Terminal, "The command line.";
    GLOBE = Globe, "Public on the web.";
    ARCHIVE = Archive, "A backup.";
    RESTORE = ArchiveRestore, "Bring back from the trash.";
    COMPARE = Columns2, "Side by side.";
    CROP = Crop, "Crop.";
    SAVE = Save, "Save.";
    LOG_OUT = LogOut, "Disconnect.";
    ARROW_LEFT = ArrowLeft, "From right to left.";
    ARROW_RIGHT = ArrowRight, "From left to right.";
    ARROW_UP = ArrowUp, "Ascending.";
    ARROW_DOWN = ArrowDown, "Descending.";
    SELECT_ALL = ListChecks, "Select all.";
    LOADING = LoaderCircle, "Working, when nothing may move.";
    STAR = Star, "A favorite.";
    CODE = Code, "For developers.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_has_a_picture() {
        let ctx = egui::Context::default();
        crate::ui::theme::install(&ctx);
        let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
            for (name, icon) in ALL {
                let font = icon_font(16.0);
                let is_drawn = ui.fonts_mut(|f| f.has_glyph(&font, icon.glyph()));
                assert!(is_drawn, "{name} is missing in the icon font");
            }
        });
        output.textures_delta.clear();
    }
}
