/** Whether an `If-Match` or `If-None-Match` header lists the ETag, which S3 accepts without its quotes too. `*` matches any. */
export const matchesEtag = (header: string, etag: string): boolean =>
  header.split(',').some((entry) => {
    const listed = entry.trim().replace(/^"(.*)"$/, '$1');
    return listed === '*' || listed === etag;
  });
