import { s3Error } from '../s3-error.ts';

/** An element of a request body; its attributes and its namespace prefix mean nothing to S3 and are dropped. */
export interface XmlElement {
  readonly name: string;
  /** Its text without that of its children. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

/** What S3's request bodies need and no more: no DOCTYPE, hence no entities of the sender's own, no CDATA, no comments. */
const token =
  /<(?<close>\/)?(?:[\w.-]+:)?(?<name>[A-Za-z_][\w.-]*)(?<attributes>(?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(?<empty>\/)?>|(?<text>[^<]+)/y;
const declaration = /^\uFEFF?\s*(?:<\?xml[^>]*\?>)?\s*/;
const depthMax = 8;

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const resolveReferences = (text: string): string =>
  text.replace(/&([^;&]{0,12})(;?)/g, (_, reference: string, end: string) => {
    const number = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(reference);
    const code =
      number === null ? -1 : Number.parseInt(number[1] ?? number[2] ?? '', number[1] === undefined ? 10 : 16);
    const isCharacter = code >= 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
    const character = isCharacter ? String.fromCodePoint(code) : named[reference];
    if (end === '' || character === undefined) throw s3Error.malformedXml();
    return character;
  });

/**
 * Parses the XML body of a request.
 *
 * @throws AwsError `MalformedXML` when it is not well-formed, or its root is not `root`
 */
export function parseXml(body: Buffer, root: string): XmlElement {
  const source = body.toString('utf8');
  const top: { name: string; text: string; children: XmlElement[] } = { name: '', text: '', children: [] };
  const open = [top];
  token.lastIndex = declaration.exec(source)?.[0].length ?? 0;
  while (token.lastIndex < source.length) {
    const groups = token.exec(source)?.groups;
    const parent = open.at(-1);
    if (groups === undefined || parent === undefined) throw s3Error.malformedXml();
    const { close, name, attributes, empty, text } = groups;
    if (text !== undefined) {
      parent.text += resolveReferences(text);
    } else if (close !== undefined) {
      if (open.length < 2 || parent.name !== name || empty !== undefined || attributes !== '')
        throw s3Error.malformedXml();
      open.pop();
    } else {
      const element = { name: name ?? '', text: '', children: [] };
      parent.children.push(element);
      if (empty === undefined) open.push(element);
      if (open.length > depthMax) throw s3Error.malformedXml();
    }
  }
  const [element] = top.children;
  if (open.length !== 1 || top.children.length !== 1 || element?.name !== root || top.text.trim() !== '') {
    throw s3Error.malformedXml();
  }
  return element;
}
