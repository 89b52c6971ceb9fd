/**
 * What API Gateway keeps back from a Lambda proxy integration. `Content-Length` goes too: the documents say that it is generated from
 * the body, and a body of base64 has another length.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
const dropped = new Set([
  'connection',
  'content-length',
  'content-md5',
  'expect',
  'max-forwards',
  'proxy-authenticate',
  'server',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'www-authenticate',
]);

interface Field {
  /** As the client first spelled it. */
  readonly name: string;
  readonly values: string[];
}

/** The request's headers in both of the event's forms. */
export interface EventHeaders {
  /** The last value of each. */
  readonly headers: Readonly<Record<string, string>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
}

/**
 * The headers of a request. Spellings of the same name are one header, so that an authorizer and the function behind it can never
 * read two different ones.
 */
export class RequestHeaders {
  readonly #fields = new Map<string, Field>();
  /** Of all values together. */
  readonly valueBytes: number;

  /** @param raw name, value, name, value … as they came */
  constructor(raw: readonly string[]) {
    let bytes = 0;
    for (let index = 0; index + 1 < raw.length; index += 2) {
      const [name, value] = [raw[index] as string, raw[index + 1] as string];
      bytes += value.length;
      const key = name.toLowerCase();
      const field = this.#fields.get(key);
      if (field === undefined) this.#fields.set(key, { name, values: [value] });
      else field.values.push(value);
    }
    this.valueBytes = bytes;
  }

  /** The last value. @param name in lower case */
  get(name: string): string | undefined {
    return this.#fields.get(name)?.values.at(-1);
  }

  /** Names in lower case, the values of a repeated header joined with commas: what signatures are made over. */
  joined(): Record<string, string> {
    const headers: Record<string, string> = Object.create(null);
    for (const [key, { values }] of this.#fields) headers[key] = values.join(',');
    return headers;
  }

  /**
   * The headers as the function gets them.
   * @param set headers that the gateway sets, whatever the client sent
   */
  forEvent(set: Readonly<Record<string, string>>): EventHeaders {
    const headers: Record<string, string> = Object.create(null);
    const multiValueHeaders: Record<string, readonly string[]> = Object.create(null);
    const own = new Set(Object.keys(set).map((name) => name.toLowerCase()));
    for (const [key, { name, values }] of this.#fields) {
      if (dropped.has(key) || own.has(key) || (key === 'authorization' && isSignature(values.at(-1)))) continue;
      headers[name] = values.at(-1) as string;
      multiValueHeaders[name] = values;
    }
    for (const [name, value] of Object.entries(set)) {
      headers[name] = value;
      multiValueHeaders[name] = [value];
    }
    return { headers, multiValueHeaders };
  }
}

// AWS does not pass Signature Version 4 on to functions.
const isSignature = (authorization: string | undefined): boolean =>
  authorization?.startsWith('AWS4-HMAC-SHA256') === true;
