import { escapeXml } from './escape-xml.ts';

/** Content of an element: text, or children by name. An array repeats its element; `undefined` leaves it out. */
export type XmlContent =
  | string
  | number
  | boolean
  | { readonly [name: string]: XmlContent | undefined }
  | readonly XmlContent[];

const element = (name: string, content: XmlContent | undefined): string => {
  if (content === undefined) return '';
  if (isList(content)) return content.map((each) => element(name, each)).join('');
  return `<${name}>${typeof content === 'object' ? children(content) : escapeXml(String(content))}</${name}>`;
};

const isList = (content: XmlContent): content is readonly XmlContent[] => Array.isArray(content);

const children = (content: { readonly [name: string]: XmlContent | undefined }): string =>
  Object.entries(content)
    .map(([name, child]) => element(name, child))
    .join('');

/** An S3 answer: declaration, and the root element in S3's namespace (errors carry none). */
export function xmlDocument(root: string, content: { readonly [name: string]: XmlContent | undefined }): string {
  const namespace = root === 'Error' ? '' : ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${namespace}>${children(content)}</${root}>`;
}
