/** Without parameters, in lower case. */
export const essence = (mediaType: string): string => (mediaType.split(';', 1)[0] ?? '').trim().toLowerCase();

/**
 * Whether a media type is among an API's `binaryMediaTypes`: named exactly, by `image/*`, or by `*\/*`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings.html
 */
export function mediaTypeMatcher(patterns: readonly string[]): (mediaType: string) => boolean {
  // Also for requests that name no type at all.
  if (patterns.includes('*/*')) return () => true;
  const exact = new Set(patterns.map((pattern) => pattern.toLowerCase()));
  return (mediaType) => {
    const type = essence(mediaType);
    return exact.has(type) || exact.has(`${type.split('/', 1)[0]}/*`);
  };
}
