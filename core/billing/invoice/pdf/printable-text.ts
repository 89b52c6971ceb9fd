/**
 * A text as a font can print it: each character that the font lacks stands as its code point, `[U+5F20]`. A reader then sees that
 * something is missing and what it is, where the font itself would draw the same empty box for all of them. Letters and their accents
 * are composed first, since fonts have `é` rather than an `e` and an accent to put above it.
 *
 * @param has whether the font has a character, by its code point
 */
export const printableText = (text: string, has: (codePoint: number) => boolean): string =>
  Array.from(text.normalize('NFC'), (character) => {
    const codePoint = character.codePointAt(0) ?? 0;
    return has(codePoint) ? character : `[U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}]`;
  }).join('');
