import { checksumAlgorithms, checksumElement } from '../checksum/checksum-algorithm.ts';
import { s3Error } from '../s3-error.ts';
import type { MultipartUpload, UploadedPart } from '../store/multipart-upload.ts';
import type { XmlElement } from '../xml/parse-xml.ts';

const partBytesMin = 5 * 1024 * 1024;
const partsMax = 10_000;

/**
 * The parts that a client puts together, as it lists them in the body of CompleteMultipartUpload.
 *
 * @throws AwsError `InvalidPartOrder`, `InvalidPart` for one that is not there or differs in ETag or checksum, `EntityTooSmall` for one
 * under 5 MiB that is not the last, `InvalidRequest` for a missing checksum, `MalformedXML`
 */
export function listedParts(
  request: XmlElement,
  upload: MultipartUpload,
  uploaded: readonly UploadedPart[],
): [UploadedPart, ...UploadedPart[]] {
  const byNumber = new Map(uploaded.map((part) => [part.number, part]));
  const [first, ...others] = request.children.map((entry) => listedPart(entry, upload, byNumber));
  if (first === undefined || others.length >= partsMax) throw s3Error.malformedXml();
  let previous = first;
  for (const part of others) {
    if (part.number <= previous.number) throw s3Error.invalidPartOrder();
    if (previous.blob.sizeBytes < partBytesMin) throw s3Error.entityTooSmall(partBytesMin);
    previous = part;
  }
  return [first, ...others];
}

function listedPart(
  { name, children }: XmlElement,
  { checksum }: MultipartUpload,
  uploaded: ReadonlyMap<number, UploadedPart>,
): UploadedPart {
  const fields = new Map(children.map((child) => [child.name, child.text.trim()]));
  const number = fields.get('PartNumber') ?? '';
  const etag = fields.get('ETag')?.replace(/^"(.*)"$/, '$1');
  if (name !== 'Part' || !/^\d{1,5}$/.test(number) || etag === undefined) throw s3Error.malformedXml();
  const part = uploaded.get(Number(number));
  if (part === undefined || part.etag !== etag) throw s3Error.invalidPart();
  for (const algorithm of checksumAlgorithms) {
    const value = fields.get(checksumElement(algorithm));
    if (value !== undefined && value !== part.checksums[algorithm]) throw s3Error.invalidPart();
  }
  if (checksum.chosen && checksum.type === 'COMPOSITE' && !fields.has(checksumElement(checksum.algorithm))) {
    throw s3Error.invalidRequest(
      `The upload was created using a ${checksum.algorithm.toLowerCase()} checksum. The complete request must include the checksum for ` +
        `each part. It was missing for part ${number} in the request.`,
    );
  }
  return part;
}
