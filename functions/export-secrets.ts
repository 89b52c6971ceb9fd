import * as z from 'zod/mini';

const schema = z.record(z.string(), z.string().check(z.minLength(1)));

/** ARN of the secret of each `<destination>.<field>`, from the environment, where JSON is all there is. */
export const exportSecrets = (json: string): Readonly<Record<string, string>> => schema.parse(JSON.parse(json));
