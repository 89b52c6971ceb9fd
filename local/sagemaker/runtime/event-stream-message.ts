import { crc32 } from 'node:zlib';

const preludeBytes = 12;
const textHeader = 7;

/**
 * One message of an event stream: two lengths and their CRC, headers, payload, and the CRC of all.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html, https://smithy.io/2.0/aws/amazon-eventstream.html
 */
export function eventStreamMessage(headers: Readonly<Record<string, string>>, payload: Uint8Array): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => header(name, value)));
  const message = Buffer.alloc(preludeBytes + head.length + payload.length + 4);
  message.writeUInt32BE(message.length, 0);
  message.writeUInt32BE(head.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  head.copy(message, preludeBytes);
  message.set(payload, preludeBytes + head.length);
  message.writeUInt32BE(crc32(message.subarray(0, -4)), message.length - 4);
  return message;
}

function header(name: string, value: string): Buffer {
  const length = Buffer.byteLength(value);
  const fixed = Buffer.from([textHeader, length >> 8, length & 0xff]);
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), fixed, Buffer.from(value)]);
}
