import type { Manifest } from '../../core/catalog/manifest.ts';

/** A file of weights that somebody published, and what its manifest has to say of it. */
export interface PublishedWeights {
  readonly url: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly manifest: Pick<Manifest, 'description' | 'license' | 'source' | 'quality'>;
}

/**
 * ResNet-50 v1 of the ONNX model zoo, exported from Gluon's `resnet50_v1`: opset 12, 175 nodes, input `data` `[N, 3, 224, 224]`, output
 * `resnetv17_dense0_fwd` `[N, 1000]`. The revision is a commit, which cannot change.
 *
 * @see https://github.com/onnx/models/tree/main/validated/vision/classification/resnet for licence, preprocessing and accuracy
 */
export const publishedWeights: PublishedWeights = {
  url: 'https://huggingface.co/onnxmodelzoo/resnet50-v1-12/resolve/1f95315d8bd3b3ca2ceabe54d274e0cdf5a83bbe/resnet50-v1-12.onnx',
  sha256: '3f03fdef724b22947eed826f1eef1dc5c34151bb4c37d634f1db89dfa2dd1526',
  sizeBytes: 102_576_593,
  manifest: {
    description: 'Names what is in a photograph: ResNet-50 v1 for 224x224 pictures and the 1,000 classes of ImageNet.',
    license: 'Apache-2.0',
    source:
      'resnet50-v1-12.onnx of the ONNX model zoo (Apache-2.0), exported from Gluon, trained on ImageNet by its authors; its input and output renamed by models/resnet50/import.ts. Names of the classes: torchvision 0.14.1 (BSD-3-Clause).',
    quality: {
      dataset:
        'ImageNet (ILSVRC2012) validation pictures, as the ONNX model zoo states it with its own preprocessing; not measured here',
      samples: 50_000,
      accuracy: 0.7497,
    },
  },
};
