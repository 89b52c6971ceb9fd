import type { PolicyDocument } from '../../iam/principal.ts';

/** A standard queue that the template declares. */
export interface Queue {
  readonly name: string;
  readonly arn: string;
  readonly createdAtMs: number;
  readonly delaySeconds: number;
  readonly messageBytesMax: number;
  readonly retentionSeconds: number;
  /** How long ReceiveMessage waits that does not say itself. */
  readonly waitSeconds: number;
  readonly visibilitySeconds: number;
  readonly redrive?: Redrive | undefined;
  readonly redriveAllow?: RedriveAllow | undefined;
  readonly encryption: QueueEncryption;
  readonly policy?: PolicyDocument;
}

/** Where messages go that were received too often. */
export interface Redrive {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

/** Which queues may have a queue as their dead-letter queue. */
export interface RedriveAllow {
  readonly redrivePermission: 'allowAll' | 'denyAll' | 'byQueue';
  readonly sourceQueueArns?: readonly string[] | undefined;
}

/** How messages lie at rest on AWS. */
export type QueueEncryption =
  | { readonly by: 'nothing' | 'sqs' }
  | {
      readonly by: 'kms';
      /** As the template spells it. */
      readonly keyId: string;
      /** Absent for the AWS managed key, which everybody may use who may use the queue. */
      readonly keyArn?: string;
    };
