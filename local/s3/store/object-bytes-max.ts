/** The largest object that S3 takes in one piece, and the largest part: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const objectBytesMax = 5 * 1024 ** 3;
