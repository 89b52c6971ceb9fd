/** How long an `Idempotency-Key` stands for its first request: the event of a repeat is then found, and so billed once. */
export const keyKeptSeconds = 86_400;
