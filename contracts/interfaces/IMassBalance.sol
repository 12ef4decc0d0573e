// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/**
 * @title Nothing gives more than it holds
 * @notice A lot declares a quantity: an integer in its product's base unit (grams, millilitres, pieces). Transformation,
 * disposal, splitting and aggregation consume it, runs of stamps stamp it, and always `consumed + stamped <= declared`.
 */
interface IMassBalance {
    /// @notice The lot has less left than the touch would use.
    /// @param left What is left: declared - consumed - stamped.
    /// @param wanted What the touch would use.
    error InsufficientQuantity(bytes32 subject, uint256 left, uint256 wanted);

    /// @notice A correction would declare less than is used already.
    /// @param used What is used: consumed + stamped.
    /// @param declared What the correction would declare.
    error DeclaredBelowUsed(bytes32 subject, uint256 used, uint256 declared);

    /// @notice The submission opens a lot as output of a transformation, yet consumes nothing.
    /// @param subject The first lot so opened.
    error ProducedFromNothing(bytes32 subject);

    /// @notice What the submission withdraws from lots and what it deposits in new ones differ.
    error UnbalancedSplit(uint256 withdrawn, uint256 deposited);

    /// @notice A lot's balance; all zero for subjects without a quantity.
    /// @return declared What it holds by declaration or correction.
    /// @return consumed What was taken out of it.
    /// @return stamped The number of its stamps.
    /// @return receiver The participant that is to receive it, while it is in transit; otherwise zero.
    function balanceOf(bytes32 subject)
        external
        view
        returns (uint72 declared, uint72 consumed, uint72 stamped, uint32 receiver);
}
