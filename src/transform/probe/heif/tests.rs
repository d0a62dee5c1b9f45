//! Descriptions built box by box, whole and damaged.

use super::*;

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "byte literals are references"
)]
fn a_box(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut whole = u32::try_from(body.len() + 8)
        .unwrap()
        .to_be_bytes()
        .to_vec();
    whole.extend(kind);
    whole.extend(body);
    whole
}

fn ispe(width: u32, height: u32) -> Vec<u8> {
    let mut body = vec![0; 4];
    body.extend(width.to_be_bytes());
    body.extend(height.to_be_bytes());
    a_box(b"ispe", &body)
}

/// A file with a picture (item 1) and its transparency (item 2), whose data are `color` and
/// `alpha`; the picture has further properties.
fn file(color: &[u8], alpha: &[u8], further: &[Vec<u8>]) -> Vec<u8> {
    let auxiliary = a_box(
        b"auxC",
        b"\0\0\0\0urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0",
    );
    let mut ipco = [ispe(40, 30), auxiliary].concat();
    ipco.extend(further.concat());
    let count = u8::try_from(further.len()).unwrap();
    let mut ipma = vec![0, 0, 0, 0, 0, 0, 0, 2];
    ipma.extend([0, 1, 1 + count, 1]);
    ipma.extend((0..count).map(|i| 0x80 | (3 + i)));
    ipma.extend([0, 2, 2, 1, 2]);
    let iprp = [a_box(b"ipco", &ipco), a_box(b"ipma", &ipma)].concat();
    let infe = |id: u8| {
        let mut body = vec![2, 0, 0, 0, 0, id, 0, 0];
        body.extend(b"av01\0");
        a_box(b"infe", &body)
    };
    let iinf = [vec![0, 0, 0, 0, 0, 2], infe(1), infe(2)].concat();
    let iref = [vec![0; 4], a_box(b"auxl", &[0, 2, 0, 1, 0, 1])].concat();
    let build = |data_at: u32| {
        let mut iloc = vec![0, 0, 0, 0, 0x44, 0, 0, 2];
        for (id, at, length) in [
            (1, data_at, color.len()),
            (
                2,
                data_at + u32::try_from(color.len()).unwrap(),
                alpha.len(),
            ),
        ] {
            iloc.extend([0, id, 0, 0, 0, 1]);
            iloc.extend(at.to_be_bytes());
            iloc.extend(u32::try_from(length).unwrap().to_be_bytes());
        }
        let meta = [
            vec![0; 4],
            a_box(b"pitm", &[0, 0, 0, 0, 0, 1]),
            a_box(b"iloc", &iloc),
            a_box(b"iinf", &iinf),
            a_box(b"iref", &iref),
            a_box(b"iprp", &iprp),
        ]
        .concat();
        [a_box(b"ftyp", b"avif\0\0\0\0mif1"), a_box(b"meta", &meta)].concat()
    };
    let data_at = u32::try_from(build(0).len() + 8).unwrap();
    let mut file = build(data_at);
    file.extend(a_box(b"mdat", &[color, alpha].concat()));
    file
}

#[test]
fn a_picture_and_its_transparency_are_found() {
    let file = file(b"color", b"alpha!", &[]);
    let heif = parse(&file).unwrap();
    assert_eq!(heif.picture.kind, *b"av01");
    assert_eq!(heif.picture.size, PixelSize::new(40, 30));
    assert_eq!(heif.picture.bytes(&file).unwrap(), &b"color"[..]);
    let alpha = heif.alpha.unwrap();
    assert_eq!(alpha.bytes(&file).unwrap(), &b"alpha!"[..]);
    assert!(!heif.is_premultiplied);
    let header = read(&file);
    assert!(header.is_complete && header.has_alpha);
    assert!(!read(&file[..file.len() - 1]).is_complete);
}

#[test]
fn turns_and_mirrors_are_told_as_in_exif() {
    let orientation_of = |further: &[Vec<u8>]| orientation(&file(b"c", b"a", further));
    let turned = |turns: u8| a_box(b"irot", &[turns]);
    let mirrored = |axis: u8| a_box(b"imir", &[axis]);
    assert_eq!(orientation_of(&[]), 1);
    for (turns, expected) in [(1, 8), (2, 3), (3, 6)] {
        assert_eq!(orientation_of(&[turned(turns)]), expected);
    }
    for (turns, axis, expected) in [
        (0, 0, 4),
        (1, 0, 5),
        (2, 0, 2),
        (3, 0, 7),
        (0, 1, 2),
        (1, 1, 7),
        (2, 1, 4),
        (3, 1, 5),
    ] {
        assert_eq!(
            orientation_of(&[turned(turns), mirrored(axis)]),
            expected,
            "{turns} {axis}"
        );
    }
}

#[test]
fn colors_are_described_by_profile_or_by_numbers() {
    let file = file(
        b"c",
        b"a",
        &[
            a_box(b"colr", b"profICC!"),
            a_box(b"colr", &[b'n', b'c', b'l', b'x', 0, 12, 0, 13, 0, 6, 0x80]),
        ],
    );
    let picture = parse(&file).unwrap().picture;
    assert_eq!(picture.profile.as_deref(), Some(&b"ICC!"[..]));
    assert_eq!(
        picture.coding,
        Some(Coding {
            primaries: 12,
            transfer: 13,
            matrix: 6,
            is_full_range: true
        })
    );
}

#[test]
fn no_damage_is_more_than_a_missing_answer() {
    let whole = file(b"color", b"alpha", &[a_box(b"irot", &[1])]);
    for end in 0..whole.len() {
        read(&whole[..end]);
    }
    for at in 0..whole.len() {
        for bits in [0x01, 0x80, 0xFF] {
            let mut bent = whole.clone();
            bent[at] ^= bits;
            read(&bent);
            orientation(&bent);
        }
    }
}
