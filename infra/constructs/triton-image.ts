/**
 * The accounts that hold AWS's inference containers, by Region. China and GovCloud are not here: they hold other versions.
 *
 * @see https://aws.github.io/deep-learning-containers/reference/region_availability/
 */
const accounts: Readonly<Record<string, string>> = {
  'af-south-1': '626614931356',
  'ap-east-1': '871362719292',
  'ap-east-2': '975050140332',
  'ap-northeast-1': '763104351884',
  'ap-northeast-2': '763104351884',
  'ap-northeast-3': '364406365360',
  'ap-south-1': '763104351884',
  'ap-south-2': '772153158452',
  'ap-southeast-1': '763104351884',
  'ap-southeast-2': '763104351884',
  'ap-southeast-3': '907027046896',
  'ap-southeast-4': '457447274322',
  'ap-southeast-5': '550225433462',
  'ap-southeast-7': '590183813437',
  'ca-central-1': '763104351884',
  'ca-west-1': '204538143572',
  'eu-central-1': '763104351884',
  'eu-central-2': '380420809688',
  'eu-north-1': '763104351884',
  'eu-south-1': '692866216735',
  'eu-south-2': '503227376785',
  'eu-west-1': '763104351884',
  'eu-west-2': '763104351884',
  'eu-west-3': '763104351884',
  'sa-east-1': '763104351884',
  'us-east-1': '763104351884',
  'us-east-2': '763104351884',
  'us-west-1': '763104351884',
  'us-west-2': '763104351884',
};

const repository = 'sagemaker-tritonserver';
const tag = '25.09-py3';

/**
 * The machine image of the instances, by NVIDIA's driver on it. Triton 25.09 is built for CUDA 13.0, which needs driver 580, and this is the
 * image that brings it. The default for g5 brings 470, on which the container starts and finds no GPU
 * (https://github.com/aws/deep-learning-containers/issues/4990). The two versions change together.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/inference-gpu-drivers.html
 */
export const inferenceAmiVersion = 'al2023-ami-sagemaker-inference-gpu-4-1';

export interface TritonImage {
  readonly uri: string;
  readonly repositoryArn: string;
}

/**
 * AWS's container of the NVIDIA Triton Inference Server, of the version that we serve with.
 *
 * @throws for a Region that is not known to have it
 */
export function tritonImage(region: string): TritonImage {
  const account = accounts[region];
  if (account === undefined) {
    throw new Error(
      `no Triton container is known for the Region ${region}; GPU endpoints can be in ${Object.keys(accounts).join(', ')}`,
    );
  }
  return {
    uri: `${account}.dkr.ecr.${region}.amazonaws.com/${repository}:${tag}`,
    repositoryArn: `arn:aws:ecr:${region}:${account}:repository/${repository}`,
  };
}
