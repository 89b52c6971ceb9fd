import type * as z from 'zod/mini';

/** What the platform team says about a destination, and about a tenant there. */
export interface ConnectionKind {
  /** The document of `maas exports connect`, secrets and all. */
  readonly connection: z.ZodMiniType<Record<string, unknown>>;
  /** Its fields that are secrets: text, kept in Secrets Manager and nowhere else. */
  readonly secrets: readonly string[];
  /** Those of them that the export itself does not read. */
  readonly readElsewhere?: readonly string[];
  /** When somebody is to be called because usage still waits. */
  readonly pendingHoursMax: number;
  /** What a link says besides the tenant and its first hour. */
  readonly link: z.ZodMiniType<Record<string, unknown>>;
}
