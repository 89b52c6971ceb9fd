/** A residual network of bottleneck blocks; the numbers tell ResNet-50 from a smaller one for tests. */
export interface Architecture {
  /** Height and width of the picture, a multiple of 32. */
  readonly imageSize: number;
  /** Channels that the first convolution gives. */
  readonly stemChannels: number;
  /** Each stage halves height and width, but for the first; its blocks give four times `channels`. */
  readonly stages: readonly { readonly channels: number; readonly blocks: number }[];
  readonly classes: number;
}

/**
 * ResNet-50 of He, Zhang, Ren and Sun, "Deep Residual Learning for Image Recognition", 2015, table 1 (https://arxiv.org/abs/1512.03385),
 * in the variant called v1.5: where a stage halves the picture, the 3x3 convolution of its first block has the stride, not the 1x1 before
 * it, so that no pixel is passed over (https://catalog.ngc.nvidia.com/orgs/nvidia/resources/resnet_50_v1_5_for_pytorch).
 */
export const resnet50: Architecture = {
  imageSize: 224,
  stemChannels: 64,
  stages: [
    { channels: 64, blocks: 3 },
    { channels: 128, blocks: 4 },
    { channels: 256, blocks: 6 },
    { channels: 512, blocks: 3 },
  ],
  classes: 1000,
};
