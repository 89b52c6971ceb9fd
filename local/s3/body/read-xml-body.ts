import type { S3Call } from '../request/s3-call.ts';
import { parseXml, type XmlElement } from '../xml/parse-xml.ts';
import { requestContent } from './request-content.ts';

/** A thousand keys of 1,024 bytes, or ten thousand parts, with room for escapes. */
const xmlBytesMax = 8 * 1024 * 1024;

/**
 * Reads and verifies an XML body.
 *
 * @throws AwsError `MalformedXML` and what verifying content throws
 */
export async function readXmlBody(call: S3Call, root: string): Promise<XmlElement> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of requestContent(call, xmlBytesMax, []).chunks()) chunks.push(chunk);
  return parseXml(Buffer.concat(chunks), root);
}
