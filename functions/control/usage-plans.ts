import * as z from 'zod/mini';

const schema = z.record(z.string(), z.string());

/** Reads the ids of the gateway's usage plans by plan from JSON text: `{"free": "ab12cd", …}`. Throws when it is none. */
export const usagePlans = (text: string): Readonly<Record<string, string>> => schema.parse(JSON.parse(text));
