/** Where a DynamoDB is, and who calls it; can be sent to a process. */
export interface Access {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/** To a DynamoDB that asks nobody who he is. */
export const openAccess = (endpoint: string): Access => ({
  endpoint,
  region: 'eu-west-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});
