/** Why a version cannot serve, in words for whoever registered it: what is wrong and how to mend it. Goes behind a file's name. */
export class ValidationProblem extends Error {
  override readonly name = 'ValidationProblem';
}
