// Figures five rows high, to be read from where one hops. Pure.

const ROWS = 5;
/** Rows of each figure, '#' filled. */
const FIGURES: Readonly<Record<string, readonly string[]>> = {
  "0": ["####", "#  #", "#  #", "#  #", "####"],
  "1": ["  # ", " ## ", "  # ", "  # ", " ###"],
  "2": ["####", "   #", "####", "#   ", "####"],
  "3": ["####", "   #", " ###", "   #", "####"],
  "4": ["#  #", "#  #", "####", "   #", "   #"],
  "5": ["####", "#   ", "####", "   #", "####"],
  "6": ["####", "#   ", "####", "#  #", "####"],
  "7": ["####", "   #", "  # ", " #  ", " #  "],
  "8": ["####", "#  #", "####", "#  #", "####"],
  "9": ["####", "#  #", "####", "   #", "####"],
  "-": ["    ", "    ", "####", "    ", "    "],
};

/** The rows of a number, two characters a dot so that it is not narrow; what is no figure is left out. */
export function digits(text: string): string[] {
  const shapes = [...text].flatMap((figure) => (FIGURES[figure] === undefined ? [] : [FIGURES[figure]]));
  return Array.from({ length: ROWS }, (_, row) => shapes.map((shape) => (shape[row] as string).replaceAll("#", "██").replaceAll(" ", "  ")).join("  "));
}
