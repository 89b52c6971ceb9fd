/** Gives `size` unpredictable bytes: `node:crypto`'s `randomBytes`, or a seeded generator in a test. */
export type RandomSource = (size: number) => Uint8Array;
