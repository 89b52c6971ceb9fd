import { inflateSync } from 'node:zlib';

/** What a reader of a PDF finds in it. */
export interface ReadPdf {
  /** By page, the pieces of text in the order in which they are drawn, each as Unicode. */
  readonly pages: readonly (readonly string[])[];
  /** The objects as they are written, without the streams, and each text of the document's information after its name. */
  readonly objects: string;
}

/**
 * Reads the text of a PDF as a viewer copies it: through the text operators of each page (`Tf` chooses a font, `TJ` draws glyphs) and the
 * `ToUnicode` map of each font. Knows what PDFKit writes, and no more.
 */
export function readPdf(file: Buffer): ReadPdf {
  const raw = file.toString('latin1');
  const objects = new Map<string, { readonly text: string; readonly stream: string }>();
  for (const [, id = '', content = ''] of raw.matchAll(/(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj/gs)) {
    const at = content.indexOf('stream\n');
    const text = at === -1 ? content : content.slice(0, at);
    const bytes = at === -1 ? '' : content.slice(at + 7, content.lastIndexOf('\nendstream'));
    const stream = text.includes('/FlateDecode') ? inflateSync(Buffer.from(bytes, 'latin1')).toString('latin1') : bytes;
    objects.set(id, { text, stream });
  }
  const object = (id: string | undefined) => objects.get(id ?? '') ?? { text: '', stream: '' };
  const reference = (text: string, name: string): string | undefined =>
    new RegExp(`/${name} (\\d+) 0 R`).exec(text)?.[1];
  const pages = [...objects.values()].filter(({ text }) => /\/Type \/Page\n/.test(text));
  return {
    pages: pages.map(({ text }) => {
      const resources = object(reference(text, 'Resources')).text;
      const fonts = new Map(
        [...resources.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name = '', id]) => [
          name,
          unicode(object(reference(object(id).text, 'ToUnicode')).stream),
        ]),
      );
      return drawn(object(reference(text, 'Contents')).stream, fonts);
    }),
    objects: [...objects.values()]
      .map(({ text }) =>
        text.replace(/\/(\w+) (\d+) 0 R/g, (found, name, id) => `${found} /${name} ${object(id).text}`),
      )
      .join('\n'),
  };
}

function drawn(content: string, fonts: ReadonlyMap<string, readonly string[]>): string[] {
  let font: readonly string[] = [];
  const pieces: string[] = [];
  for (const [, name, glyphs = ''] of content.matchAll(/\/(F\d+) [\d.]+ Tf|\[(.*?)\] TJ/g)) {
    if (name !== undefined) {
      font = fonts.get(name) ?? [];
      continue;
    }
    const ids = [...glyphs.matchAll(/<([0-9a-f]+)>/g)].flatMap(([, hex = '']) => hex.match(/.{4}/g) ?? []);
    pieces.push(ids.map((id) => font[Number.parseInt(id, 16)] ?? '\uFFFD').join(''));
  }
  return pieces;
}

/** The text of each glyph, from the ranges of a `ToUnicode` map. */
function unicode(map: string): readonly string[] {
  const found: string[] = [];
  for (const [, first = '', list = ''] of map.matchAll(/<([0-9a-f]+)> <[0-9a-f]+> \[(.*?)\]/gs)) {
    for (const [index, [, hex = '']] of [...list.matchAll(/<([0-9a-f ]+)>/g)].entries()) {
      found[Number.parseInt(first, 16) + index] = Buffer.from(hex.replaceAll(' ', ''), 'hex')
        .swap16()
        .toString('utf16le');
    }
  }
  return found;
}
