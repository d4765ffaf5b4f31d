"""What a request costs: tokens, models, prices, and the answer a prompt asks for."""
