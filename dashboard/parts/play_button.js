// The button that plays and pauses: its word, and the sign that buttons.css draws before it.
const showPlaying = (button, playing) => {
  button.textContent = playing ? "Pause" : "Play";
  button.classList.toggle("playing", playing);
};
