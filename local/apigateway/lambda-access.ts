import type { Lambda } from '../lambda/lambda.ts';

/** What the gateway needs of Lambda. */
export type LambdaAccess = Pick<Lambda, 'invoke' | 'permits'>;
