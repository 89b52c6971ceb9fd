/**
 * What becomes of the headers that a Lambda proxy integration returns. `Content-Length` is always that of the body sent.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
const remapped = new Set([
  'authorization',
  'connection',
  'content-md5',
  'date',
  'max-forwards',
  'server',
  'user-agent',
  'www-authenticate',
]);
const dropped = new Set([
  'content-length',
  'expect',
  'host',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
]);

type Field = readonly [name: string, value: string];

/** The headers as they are sent to the client, `Content-Type` among them: `application/json` unless the function named another. */
export function responseHeaders(fields: readonly Field[]): Field[] {
  const sent: Field[] = [];
  let typed = false;
  for (const [name, value] of fields) {
    const key = name.toLowerCase();
    if (dropped.has(key)) continue;
    typed ||= key === 'content-type';
    sent.push([remapped.has(key) ? `x-amzn-Remapped-${name}` : name, value]);
  }
  return typed ? sent : [['Content-Type', 'application/json'], ...sent];
}
