import { expect, test } from 'vitest';
import { InvokeError } from '../../../../core/engine/sagemaker/invoke-error.ts';
import { invokeProblem } from '../../../../core/engine/sagemaker/invoke-problem.ts';

/** What Triton answers in SageMaker, with 400 whatever the cause, when a run fails. */
const failedRun = (words: string): InvokeError =>
  new InvokeError('an endpoint', 'ModelError', 424, 'the container failed', {
    status: 400,
    message: JSON.stringify({ error: `onnx runtime error 2: Non-zero status code returned while running ${words}` }),
  });

test('a run that failed for an index of the caller’s is a 400 with the index, and no name of the model’s inside', () => {
  const error = invokeProblem(
    'lookup',
    failedRun(
      "Gather node. Name:'secret_12' Status Message: indices element out of data bounds, idx=99 must be within the inclusive range [-3,2]",
    ),
  );
  expect(error).toMatchObject({
    status: 400,
    message:
      "model 'lookup' refuses the input: indices element out of data bounds, idx=99 must be within the inclusive range [-3,2]",
  });
});

test('a run that failed for another reason is no fault of the caller, and tells nothing', () => {
  const error = invokeProblem('lookup', failedRun("MatMul node. Name:'secret_12' Status Message: CUDA failure 700"));
  expect(error).toMatchObject({ status: 500, message: "model 'lookup' failed; not billed" });
});
