import { expect, it } from 'vitest';
import { tritonImage } from '../../infra/constructs/triton-image.ts';

it('the Triton container comes from the account that AWS keeps it in, which is another one in some Regions', () => {
  expect(tritonImage('us-west-2').uri).toMatch(
    /^763104351884\.dkr\.ecr\.us-west-2\.amazonaws\.com\/sagemaker-tritonserver:/,
  );
  expect(tritonImage('eu-south-1')).toMatchObject({
    uri: expect.stringMatching(/^692866216735\.dkr\.ecr\.eu-south-1\./),
    repositoryArn: 'arn:aws:ecr:eu-south-1:692866216735:repository/sagemaker-tritonserver',
  });
});

it('a Region without it is refused, with those that have it', () => {
  expect(() => tritonImage('mars-north-1')).toThrow(
    /no Triton container is known for the Region mars-north-1; GPU endpoints can be in .*eu-central-1/,
  );
});
