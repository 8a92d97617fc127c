"""What the colours of charts mean.

They are Okabe and Ito's: distinct in the common forms of colour blindness and in grey. The words say it too.
"""

CONTACT, CONNECTED, NOT_CONNECTED = "#0072B2", "#E69F00", "#999999"
REFUSED, STOPPED, AHEAD = "#56B4E9", "#CC79A7", "#009E73"
