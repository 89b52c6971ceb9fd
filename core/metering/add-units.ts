import type { UsageUnits } from './usage-event.ts';

/** Nothing used. */
export const noUnits: UsageUnits = {
  requests: 0,
  items: 0,
  tokens: 0,
  images: 0,
  audioMs: 0,
  computeMs: 0,
  bytesIn: 0,
  bytesOut: 0,
};

/** Exact below 2^53, which is 9 petabytes or 285,000 years of milliseconds. */
export const addUnits = (a: UsageUnits, b: UsageUnits): UsageUnits => ({
  requests: a.requests + b.requests,
  items: a.items + b.items,
  tokens: a.tokens + b.tokens,
  images: a.images + b.images,
  audioMs: a.audioMs + b.audioMs,
  computeMs: a.computeMs + b.computeMs,
  bytesIn: a.bytesIn + b.bytesIn,
  bytesOut: a.bytesOut + b.bytesOut,
});
