/** Where and when a signing key is good: `<date>/<region>/<service>/aws4_request`. */
export interface CredentialScope {
  /** `yyyymmdd` */
  readonly date: string;
  readonly region: string;
  /** The signing name: `s3`, `dynamodb`, `execute-api`, … */
  readonly service: string;
}

/**
 * Parses `<access key id>/<date>/<region>/<service>/aws4_request`, as the `Credential` of an Authorization header, `X-Amz-Credential`
 * of a presigned URL and the `x-amz-credential` field of an S3 POST form carry it.
 *
 * @returns undefined when it is not one
 */
export const parseCredential = (text: string): { accessKeyId: string; scope: CredentialScope } | undefined => {
  const match = /^([\w.-]{1,128})\/(\d{8})\/([a-z0-9-]{1,32})\/([a-z0-9-]{1,64})\/aws4_request$/.exec(text);
  if (!match) {
    return undefined;
  }
  const [, accessKeyId = '', date = '', region = '', service = ''] = match;
  return { accessKeyId, scope: { date, region, service } };
};
