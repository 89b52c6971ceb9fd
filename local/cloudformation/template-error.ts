/** What keeps an assembly from running here: every problem found, one a line, each naming its stack, resource and property. */
export class TemplateError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(
      problems.length === 1
        ? problems[0]
        : `${problems.length} problems in the cloud assembly:\n${problems.map((problem) => `- ${problem}`).join('\n')}`,
      options,
    );
    this.name = 'TemplateError';
    this.problems = problems;
  }
}
