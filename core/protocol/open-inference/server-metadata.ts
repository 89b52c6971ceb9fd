/** What `GET /v2` answers. Only extensions that are served are named; a test holds the version to the package's. */
export const serverMetadata = {
  name: 'maas',
  version: '0.1.0',
  extensions: ['binary_tensor_data'],
} as const;
