// What firmware/wire/layout.ts calls i32 is a plain number to tsc.
type i32 = number;
