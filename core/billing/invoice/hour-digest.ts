import type { HourRollup } from '../../metering/rollup.ts';

/** Says which events an hour counts, in 16 characters: 64 bits, since the hours of a month stand together in one item. */
export const hourDigest = ({ idsSha256 }: Pick<HourRollup, 'idsSha256'>): string => idsSha256.slice(0, 16);
