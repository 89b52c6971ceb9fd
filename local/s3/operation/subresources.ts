/**
 * Operations that a query parameter chooses, by what the path names, by parameter and by method, so that a request for one that is not
 * here is refused by its name. Names from https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
export const subresources: Readonly<
  Record<'bucket' | 'object', Readonly<Record<string, Readonly<Record<string, string>>>>>
> = {
  bucket: {
    abac: { GET: 'GetBucketAbac', PUT: 'PutBucketAbac' },
    accelerate: { GET: 'GetBucketAccelerateConfiguration', PUT: 'PutBucketAccelerateConfiguration' },
    acl: { GET: 'GetBucketAcl', PUT: 'PutBucketAcl' },
    analytics: {
      GET: 'GetBucketAnalyticsConfiguration',
      PUT: 'PutBucketAnalyticsConfiguration',
      DELETE: 'DeleteBucketAnalyticsConfiguration',
    },
    cors: { GET: 'GetBucketCors', PUT: 'PutBucketCors', DELETE: 'DeleteBucketCors' },
    delete: { POST: 'DeleteObjects' },
    encryption: { GET: 'GetBucketEncryption', PUT: 'PutBucketEncryption', DELETE: 'DeleteBucketEncryption' },
    'intelligent-tiering': {
      GET: 'GetBucketIntelligentTieringConfiguration',
      PUT: 'PutBucketIntelligentTieringConfiguration',
      DELETE: 'DeleteBucketIntelligentTieringConfiguration',
    },
    inventory: {
      GET: 'GetBucketInventoryConfiguration',
      PUT: 'PutBucketInventoryConfiguration',
      DELETE: 'DeleteBucketInventoryConfiguration',
    },
    lifecycle: {
      GET: 'GetBucketLifecycleConfiguration',
      PUT: 'PutBucketLifecycleConfiguration',
      DELETE: 'DeleteBucketLifecycle',
    },
    'list-type': { GET: 'ListObjectsV2' },
    location: { GET: 'GetBucketLocation' },
    logging: { GET: 'GetBucketLogging', PUT: 'PutBucketLogging' },
    metrics: {
      GET: 'GetBucketMetricsConfiguration',
      PUT: 'PutBucketMetricsConfiguration',
      DELETE: 'DeleteBucketMetricsConfiguration',
    },
    notification: { GET: 'GetBucketNotificationConfiguration', PUT: 'PutBucketNotificationConfiguration' },
    'object-lock': { GET: 'GetObjectLockConfiguration', PUT: 'PutObjectLockConfiguration' },
    ownershipControls: {
      GET: 'GetBucketOwnershipControls',
      PUT: 'PutBucketOwnershipControls',
      DELETE: 'DeleteBucketOwnershipControls',
    },
    policy: { GET: 'GetBucketPolicy', PUT: 'PutBucketPolicy', DELETE: 'DeleteBucketPolicy' },
    policyStatus: { GET: 'GetBucketPolicyStatus' },
    publicAccessBlock: {
      GET: 'GetPublicAccessBlock',
      PUT: 'PutPublicAccessBlock',
      DELETE: 'DeletePublicAccessBlock',
    },
    replication: { GET: 'GetBucketReplication', PUT: 'PutBucketReplication', DELETE: 'DeleteBucketReplication' },
    requestPayment: { GET: 'GetBucketRequestPayment', PUT: 'PutBucketRequestPayment' },
    session: { GET: 'CreateSession' },
    tagging: { GET: 'GetBucketTagging', PUT: 'PutBucketTagging', DELETE: 'DeleteBucketTagging' },
    uploads: { GET: 'ListMultipartUploads' },
    versioning: { GET: 'GetBucketVersioning', PUT: 'PutBucketVersioning' },
    versions: { GET: 'ListObjectVersions' },
    website: { GET: 'GetBucketWebsite', PUT: 'PutBucketWebsite', DELETE: 'DeleteBucketWebsite' },
  },
  object: {
    acl: { GET: 'GetObjectAcl', PUT: 'PutObjectAcl' },
    attributes: { GET: 'GetObjectAttributes' },
    'legal-hold': { GET: 'GetObjectLegalHold', PUT: 'PutObjectLegalHold' },
    renameObject: { PUT: 'RenameObject' },
    restore: { POST: 'RestoreObject' },
    retention: { GET: 'GetObjectRetention', PUT: 'PutObjectRetention' },
    select: { POST: 'SelectObjectContent' },
    tagging: { GET: 'GetObjectTagging', PUT: 'PutObjectTagging', DELETE: 'DeleteObjectTagging' },
    torrent: { GET: 'GetObjectTorrent' },
    uploadId: {
      GET: 'ListParts',
      PUT: 'UploadPart',
      POST: 'CompleteMultipartUpload',
      DELETE: 'AbortMultipartUpload',
    },
    uploads: { POST: 'CreateMultipartUpload' },
  },
};
