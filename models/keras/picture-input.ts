import { shapeText } from '../../core/tensor/shape-text.ts';
import type { Conversion } from './conversion.ts';
import { onlyInput } from './only-input.ts';

/** A layer's one input, known to be pictures. */
export interface PictureInput extends ReturnType<typeof onlyInput> {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * The input of a layer that takes pictures.
 *
 * @throws Error when it has another number of dimensions
 */
export function pictureInput(conversion: Conversion): PictureInput {
  const input = onlyInput(conversion);
  const [height, width, channels, ...others] = input.shape;
  if (height === undefined || width === undefined || channels === undefined || others.length > 0) {
    const { class_name, config } = conversion.layer;
    throw new Error(`${class_name} ${config.name} takes pictures, and gets ${shapeText(input.shape)}`);
  }
  return { ...input, height, width, channels };
}
