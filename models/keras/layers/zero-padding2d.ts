import * as z from 'zod';
import type { ConvertLayer } from '../conversion.ts';
import { pictureInput } from '../picture-input.ts';
import { settings } from '../settings.ts';

const amounts = z.tuple([z.int().nonnegative(), z.int().nonnegative()]);
const paddingSettings = z.object({
  padding: z.tuple([amounts, amounts]),
  data_format: z.literal('channels_last').default('channels_last'),
});

/** Only noted: a convolution that follows brings the zeros itself, without a copy of the picture. */
export const zeroPadding2d: ConvertLayer = (conversion) => {
  const { padding } = settings(conversion.layer, paddingSettings);
  const [[top, bottom], [left, right]] = padding;
  const { value, height, width, channels } = pictureInput(conversion);
  const shape = [height + top + bottom, width + left + right, channels];
  return { value, shape, padding: { top, left, bottom, right } };
};
