/**
 * Whether a refused call had been sent before, unanswered: its condition may have failed for what it wrote itself then. The SDK's errors and
 * those of `core/aws/` say so in the same way.
 */
export const wasSentBefore = (error: unknown): boolean =>
  ((error as { readonly $metadata?: { readonly attempts?: number } }).$metadata?.attempts ?? 1) > 1;
