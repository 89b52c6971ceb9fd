import { AwsError } from '../../endpoint/aws-call.ts';
import { authorizeS3 } from '../access/authorize-s3.ts';
import { contentClaims } from '../body/content-claims.ts';
import { readXmlBody } from '../body/read-xml-body.ts';
import { s3Error } from '../s3-error.ts';
import type { XmlElement } from '../xml/parse-xml.ts';
import { type XmlContent, xmlDocument } from '../xml/xml-document.ts';
import type { Operation } from './operation.ts';

const keysMax = 1000;
const keyBytesMax = 1024;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html: each key is allowed or refused for itself. */
export const deleteObjects: Operation = {
  parameters: ['delete'],
  run: async (state, call) => {
    const bucket = state.buckets.find(call.bucketName);
    const { md5, checksum } = contentClaims(call.headers);
    if (md5 === undefined && checksum === undefined) {
      throw s3Error.invalidRequest('Missing required header for this request: Content-MD5 OR x-amz-checksum-*');
    }
    const { keys, isQuiet } = parseRequest(await readXmlBody(call, 'Delete'));
    const deleted: XmlContent[] = [];
    const errors: XmlContent[] = [];
    for (const key of keys) {
      try {
        authorizeS3(state, call, { action: 's3:DeleteObject', bucket, key });
        if (Buffer.byteLength(key) > keyBytesMax) throw s3Error.keyTooLong();
        await state.store.blobs.remove(state.store.objects.delete(bucket.name, key));
        if (!isQuiet) deleted.push({ Key: key });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        errors.push({ Key: key, Code: error.code, Message: error.message });
      }
    }
    return { status: 200, body: xmlDocument('DeleteResult', { Deleted: deleted, Error: errors }) };
  },
};

function parseRequest(root: XmlElement): { keys: string[]; isQuiet: boolean } {
  const keys: string[] = [];
  let isQuiet = false;
  for (const { name, text, children } of root.children) {
    if (name === 'Quiet') {
      isQuiet = text.trim() === 'true';
      continue;
    }
    const [first, ...more] = children;
    if (name !== 'Object' || first === undefined) throw s3Error.malformedXml();
    const other = children.find((child) => child.name !== 'Key');
    if (other !== undefined) throw s3Error.notImplemented(`DeleteObjects with the element ${other.name}`);
    if (more.length > 0 || first.text === '') throw s3Error.malformedXml();
    keys.push(first.text);
  }
  if (keys.length === 0 || keys.length > keysMax) throw s3Error.malformedXml();
  return { keys, isQuiet };
}
