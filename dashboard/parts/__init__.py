"""Pieces that several pages share: charts, pictures, messages, components. They know no page."""
