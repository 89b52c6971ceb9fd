/** The models that this function refuses, since another one serves them: `ISOLATED_MODELS`, a JSON list, absent where there are none. */
export const isolatedModels = (): readonly string[] => JSON.parse(process.env['ISOLATED_MODELS'] ?? '[]') as string[];
