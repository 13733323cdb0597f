declare module 'virtual:emoji-names' {
  /** Names and characters in turn, separated by blanks. */
  const packed: string;
  export default packed;
}
