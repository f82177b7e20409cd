package knowledge

// decodeSafety reads safety.yaml. The file is the name to use in messages.
func decodeSafety(file string, data []byte) (*Safety, error) {
	return &Safety{}, nil
}
