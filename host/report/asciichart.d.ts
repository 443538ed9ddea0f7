// What is used of asciichart, which brings no types.
declare module "asciichart" {
  /** Values as lines of text. */
  export function plot(values: readonly number[], options: { height: number; format: (value: number) => string; min?: number; max?: number }): string;
}
