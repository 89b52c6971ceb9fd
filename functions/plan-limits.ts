import * as z from 'zod/mini';
import type { PlanLimits } from '../core/limits/cached-limits.ts';
import { limitsSchema } from '../core/limits/limits-schema.ts';

const schema = z.record(z.string(), limitsSchema);

/** Reads the limits of each plan from JSON text: `{"free": {"concurrent": 20}, …}`. Throws when it is none. */
export const planLimits = (text: string): PlanLimits => schema.parse(JSON.parse(text)) as PlanLimits;
