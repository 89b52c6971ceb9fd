/** A file of content: a whole object, or a part of one that came by multipart upload. */
export interface Blob {
  /** 32 hex digits; its file is named by it, so that no key ever becomes a path. */
  readonly id: string;
  readonly sizeBytes: number;
}
