// A share in [0, 1] as `lstm_core/reading/percents.py` writes it: the number, a no-break space, the sign. What is not
// quite nothing or not quite everything is never 0 % or 100 %.

const percent = (share, digits = 1) => {
  if (share === 0 || share === 1) return `${100 * share}\u00a0%`;
  const [text, least] = [(100 * share).toFixed(digits), 10 ** -digits];
  if (Number(text) === 0) return `<\u00a0${least.toFixed(digits)}\u00a0%`;
  if (Number(text) === 100) return `>\u00a0${(100 - least).toFixed(digits)}\u00a0%`;
  return `${text}\u00a0%`;
};
